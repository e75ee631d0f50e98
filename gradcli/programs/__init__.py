"""Programs that are called at many points: values, derivatives of any kind, and what these cost."""
