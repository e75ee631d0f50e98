"""The front door of `import gradcli`: a file for each door, loaded when it is first used."""
