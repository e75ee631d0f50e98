"""How long a page takes to follow a value that is dragged: numbers, texts, layout, every frame.

    python benchmarks/page.py [--quick]

A frame has 16.7 ms at 60 frames a second. What counts is the processor time of the page's own
thread, which is the same on a busy machine; the clock is shown beside it, and how far the frames
are apart that the browser shows while a box is dragged by the pointer, and while the steps play.
Needs selenium, Chromium and its driver.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
from pathlib import Path

from measuring import parser, tell
from selenium import webdriver

import gradcli

BOXES = (10, 50, 200)
FRAME = 1000 / 60

FRAMES = """
const [name, count] = arguments, times = [];
for (let frame = 0; frame < count; frame++) {
  const begin = performance.now();
  gradcli.move(name, Math.sin(frame));
  document.querySelector("#graph").getBoundingClientRect();
  document.querySelector("#explanation").getBoundingClientRect();
  times.push(performance.now() - begin);
}
return times;
"""
"""Moves a value and asks for places, so that the browser has to lay everything out."""

SHOWN = """
const [box, drags, count, done] = arguments, times = [];
const { left, top, width, height } = box.getBoundingClientRect();
const point = (type, frame) => box.dispatchEvent(new PointerEvent(type, {
  bubbles: true, cancelable: true, pointerId: 1, isPrimary: true, buttons: 1,
  clientX: left + width / 2 + 40 * Math.sin(frame / 5), clientY: top + height / 2,
}));
if (drags) point("pointerdown", 0);
else document.querySelector("#play").click();
let last = null;
const step = (now) => {
  if (last !== null) times.push(now - last);
  last = now;
  if (times.length < count) {
    if (drags) point("pointermove", times.length);
    requestAnimationFrame(step);
    return;
  }
  if (drags) point("pointerup", count);
  else document.querySelector("#play").click();
  done(times);
};
requestAnimationFrame(step);
"""
"""How many milliseconds lie between the frames that are shown."""


def program(boxes: int) -> str:
    """A chain of steps with an input of its own in each: so many boxes."""
    steps = [f"v{place} = tanh(w{place}*v{place - 1})" for place in range(1, boxes // 3)]
    return "; ".join(["v0 = x^2", *steps])


def page(boxes: int, folder: Path) -> tuple[Path, int]:
    """A page of about so many boxes, and how many it has."""
    source = program(boxes)
    values = dict.fromkeys(gradcli.function(source).inputs, 0.5)
    file = folder / f"{boxes}.html"
    text = gradcli.page(source, values)
    file.write_text(text, encoding="utf-8")
    return file, text.count("data-box=")


def browser() -> webdriver.Chrome:
    """Chromium without a window."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for word in ("--headless=new", "--disable-gpu", *(["--no-sandbox"] * (os.geteuid() == 0))):
        options.add_argument(word)
    return webdriver.Chrome(
        options=options, service=webdriver.ChromeService(shutil.which("chromedriver"))
    )


def processor(driver: webdriver.Chrome) -> float:
    """The processor time of the page's thread so far, in milliseconds."""
    metrics = driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    seconds: float = next(each["value"] for each in metrics if each["name"] == "ThreadTime")
    return 1000 * seconds


def main() -> None:
    """Print a line for each size."""
    frames = 60 if parser(__doc__).parse_args().quick else 600
    driver = browser()
    driver.set_script_timeout(120)
    driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    try:
        with tempfile.TemporaryDirectory() as folder:
            print(
                f"{'boxes':>6} {'kB':>6} {'processor ms':>13} {'of a frame':>11} "
                f"{'by the clock: median':>21} {'95 %':>7} {'shown: dragged':>15} {'played':>7}"
            )
            for boxes in BOXES:
                file, count = page(boxes, Path(folder))
                driver.get(file.as_uri())
                driver.execute_script(FRAMES, "x", 10)
                before = processor(driver)
                times = sorted(driver.execute_script(FRAMES, "x", frames))
                each = (processor(driver) - before) / frames
                median, late = statistics.median(times), times[int(0.95 * len(times))]
                size = file.stat().st_size / 1000
                box = driver.find_element("css selector", '[data-box="0"]')
                dragged, played = (
                    statistics.median(driver.execute_async_script(SHOWN, box, drags, frames))
                    for drags in (True, False)
                )
                print(
                    f"{count:6} {size:6.0f} {each:13.2f} {each / FRAME:11.2f} "
                    f"{median:21.2f} {late:7.2f} {dragged:15.2f} {played:7.2f}"
                )
                tell(f"page, a frame of {count} boxes", each, "ms of processor time", FRAME)
    finally:
        driver.quit()


if __name__ == "__main__":
    main()
