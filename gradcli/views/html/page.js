// The page itself: values, both passes step by step, the chain rule of a node, paths, an update.
// No text becomes markup: elements are made one by one.
"use strict";
(() => {
  const program = JSON.parse(document.getElementById("program").textContent);
  const start = JSON.parse(document.getElementById("start").textContent);
  const inputs = Object.entries(start.inputs).map(([name, value], place) => {
    const [box, learns] = program.inputs[place];
    return { name, value, box, learns: learns === 1 };
  });
  const boxes = program.boxes.map(([name, value, derivative, formula]) => ({ name, value, derivative, formula }));
  const edges = program.edges.map(([from, to, local, symbol]) => ({ from, to, local, symbol }));
  const output = boxes[program.output];
  const byId = (id) => document.getElementById(id);
  const given = inputs.map((input) => (input.value === null ? NaN : input.value));
  const constants = program.constants.map(Number);
  const state = { point: [...given], values: [], at: 0, box: program.output, path: null, timer: null };

  // --- Values -----------------------------------------------------------------------------------

  const steps = program.steps.split(";").filter(Boolean).map((step) => {
    const [op, ...places] = step.split(" ");
    return [OPERATIONS[op], places.map(Number)];
  });
  const computed = (point) => {
    const values = [...point, ...constants];
    for (const [operation, places] of steps) {
      values.push(places.length === 1 ? operation(values[places[0]])
        : places.length === 2 ? operation(values[places[0]], values[places[1]])
          : operation(...places.map((place) => values[place])));
    }
    return values;
  };
  const valueOf = (box) => state.values[box.value];
  // At a kink gradcli has the derivatives of the whole function, with the partials of one side;
  // the page has those of its start, and elsewhere the conventions of single operations.
  const told = new Map(start.sides?.length ? start.nodes.map((node) => [node.name, node]) : []);
  const isStart = () => told.size > 0 && state.point.every((number, place) => number === given[place]);
  const atStart = (box) => (isStart() ? told.get(box.name) : undefined);
  const derivativeOf = (box) => atStart(box)?.grad ?? state.values[box.derivative];
  const localOf = (edge) => {
    const node = atStart(boxes[edge.to]);
    return node?.local[node.args.indexOf(boxes[edge.from].name)] ?? state.values[edge.local];
  };
  // What a convention decides is not passed over in silence.
  const ofStart = start.problems.filter((problem) => problem.kind === "kink").map((problem) => problem.message);
  const isLost = () => Number.isFinite(valueOf(output))
    && inputs.some((input) => input.box !== null && !Number.isFinite(derivativeOf(boxes[input.box])));
  const saidOfTies = () => {
    if (isStart()) return ofStart.join("; ");
    if (!isLost() && !program.ties.some((slot) => state.values[slot])) return "";
    return "Here an operation has a kink, a jump, or no finite derivative: derivatives follow the convention "
      + "of each operation by itself. gradcli eval has those of the whole function.";
  };
  const leaving = boxes.map(() => []);
  edges.forEach((edge, place) => leaving[edge.from].push(place));
  const inputOfBox = new Map(inputs.map((input, place) => [input.box, place]));

  // The steps of both passes: values from the inputs on, derivatives from the output back.
  const forward = boxes.map((_, place) => place).filter((place) => boxes[place].formula !== null);
  const backward = boxes.map((_, place) => place).reverse();
  const timeline = [...forward.map((box) => ({ box, isBack: false })),
    ...backward.map((box) => ({ box, isBack: true }))];
  const valueStep = new Map(forward.map((box, at) => [box, at + 1]));
  const derivativeStep = new Map(backward.map((box, at) => [box, forward.length + at + 1]));

  // --- Text and MathML --------------------------------------------------------------------------

  const MATH = "http://www.w3.org/1998/Math/MathML";
  const element = (tag, ...children) => {
    const made = document.createElement(tag);
    made.append(...children);
    return made;
  };
  const math = (tag, ...children) => {
    const made = document.createElementNS(MATH, tag);
    made.append(...children);
    return made;
  };
  const sign = (text) => math("mo", text);
  const row = (...children) => math("mrow", ...children);
  const rounded = (number, digits) => {
    if (!Number.isFinite(number)) return Number.isNaN(number) ? "undefined" : number < 0 ? "−∞" : "∞";
    const text = Number.isInteger(number) && Math.abs(number) < 1e6 ? String(Math.abs(number))
      : String(Number(Math.abs(number).toPrecision(digits)));
    return (number < 0 ? "−" : "") + text.replace("e+", "e");
  };
  const [few, many] = program.digits;
  const short = (number) => rounded(number, few);
  const long = (number) => rounded(number, many);
  const numeral = (number) => {
    const [mantissa, exponent] = long(Math.abs(number)).split("e");
    const size = [math("mn", mantissa)];
    if (exponent) size.push(sign("·"), math("msup", math("mn", "10"), math("mn", exponent.replace("-", "−"))));
    return row(...(number < 0 ? [sign("−")] : []), ...size);
  };
  const operand = (number) => (number < 0 || Object.is(number, -0)
    ? row(sign("("), numeral(number), sign(")")) : numeral(number));
  const nameOf = (text) => math("mi", text);
  const partial = (above, below) => math("mfrac", row(sign("∂"), nameOf(above)), row(sign("∂"), nameOf(below)));
  // Equal members one after another, or the factors of a product: a line may end after each.
  const formula = (members, between = "=") => {
    const made = element("span");
    made.className = "members";
    members.forEach((member, place) => {
      const part = math("math", ...(place ? [sign(between)] : []), member);
      part.setAttribute("displaystyle", "true");
      made.append(part);
    });
    return made;
  };
  // Formulas as `formulas.py` writes them.
  const LEAVES = { i: "mi", v: "mi", n: "mn", o: "mo", t: "mtext" };
  const PARENTS = { "/": ["mfrac", 2], "^": ["msup", 2], "√": ["msqrt", 1] };
  const slots = new Map(boxes.map((box) => [box.name, box.value]));
  const parsed = new Map();
  // Children of a row, where brackets are a row with what is inside: they are as high as that, and
  // a sign before an operand keeps no distance from it.
  const grouped = (children) => {
    const open = [[]];
    let isOperand = false;
    for (const child of children) {
      const said = child.localName === "mo" ? child.textContent : "";
      const isOpening = said === "(" || (said === "|" && !isOperand);
      const isClosing = said === ")" || (said === "|" && isOperand);
      if (isOpening) open.push([]);
      open.at(-1).push(child);
      if (said && !isOperand && "−+¬".includes(said)) child.setAttribute("form", "prefix");
      if (said === "!") child.setAttribute("form", "postfix");
      if (isClosing && open.length > 1) {
        const inside = open.pop();
        open.at(-1).push(row(...inside));
      }
      isOperand = said === "" || said === "!" || isClosing;
    }
    return open.flat();
  };
  const read = (source) => {
    const tokens = source.matchAll(/[{}/^√]|([ivnot])((?:\\.|[^\\;])*);/g);
    const next = () => {
      const [token, kind, text] = tokens.next().value;
      if (token === "}") return null;
      if (token in PARENTS) {
        const [tag, count] = PARENTS[token];
        return math(tag, ...Array.from({ length: count }, next));
      }
      if (token !== "{") {
        const said = text.replace(/\\(.)/g, "$1"), made = math(LEAVES[kind], said);
        if (kind === "v") made.dataset.slot = slots.get(said);
        return made;
      }
      const children = [];
      for (let child = next(); child !== null; child = next()) children.push(child);
      return row(...grouped(children));
    };
    return next();
  };
  const template = (source) => {
    if (!parsed.has(source)) parsed.set(source, read(source));
    return parsed.get(source).cloneNode(true);
  };
  // A formula with numbers in the places of names; a negative one in brackets unless it is alone.
  const inNumbers = (source) => {
    const made = template(source);
    for (const place of made.querySelectorAll("[data-slot]")) {
      const number = state.values[Number(place.dataset.slot)];
      const { previousSibling: before, nextSibling: after, parentNode: within } = place;
      const isAlone = (!before || "(,|".includes(before.textContent)) && (!after || "),|".includes(after.textContent))
        && within.parentNode?.localName !== "msup";
      place.replaceWith(isAlone ? numeral(number) : operand(number));
    }
    return made;
  };

  // --- What is said of a node -------------------------------------------------------------------

  const withoutRepeats = (members) => members.filter((member, place) => place === 0
    || place === members.length - 1 || member.textContent !== members[place + 1].textContent);
  const valueLine = (place) => {
    const box = boxes[place];
    const members = [nameOf(box.name)];
    if (box.formula !== null) members.push(template(box.formula), inNumbers(box.formula));
    return formula(withoutRepeats([...members, numeral(valueOf(box))]));
  };
  const joined = (terms) => row(...terms.flatMap((term, place) => (place ? [sign("+"), term] : [term])));
  const isTaken = (edge) => !Number.isNaN(localOf(edge) * derivativeOf(boxes[edge.to]));
  const chainRule = (place) => {
    const box = boxes[place], left = partial(output.name, box.name);
    if (place === program.output) return formula([left, numeral(derivativeOf(box))]);
    const shares = leaving[place].map((edge) => edges[edge]);
    if (!shares.length) return formula([left, math("mn", "0")]);
    const rule = shares.map((edge) => row(...(edge.to === program.output ? []
      : [partial(output.name, boxes[edge.to].name), sign("·")]), partial(boxes[edge.to].name, box.name)));
    const symbols = shares.map((edge, term) => {
      if (edge.symbol === null) return rule[term].cloneNode(true);
      const local = template(edge.symbol);
      if (edge.to === program.output) return local;
      const isLong = local.querySelector("mo") !== null;
      return row(partial(output.name, boxes[edge.to].name), sign("·"),
        ...(isLong ? [sign("("), local, sign(")")] : [local]));
    });
    const numbers = shares.map((edge, term) => {
      const local = localOf(edge), begin = term ? operand : numeral;
      if (!isTaken(edge)) return math("mtext", "0 (branch not taken)");
      if (edge.to === program.output) return begin(local);
      return row(begin(derivativeOf(boxes[edge.to])), sign("·"), operand(local));
    });
    // ∂J/∂u of the output's own argument would be said twice.
    const isBare = shares.length === 1 && shares[0].to === program.output;
    return formula(withoutRepeats([left, ...(isBare ? [] : [joined(rule)]), joined(symbols), joined(numbers),
      numeral(derivativeOf(box))]));
  };

  const explain = () => {
    const box = boxes[state.box], step = timeline[state.at - 1];
    const heading = element("h2", box.name);
    const parts = [heading];
    const isStep = step && step.box === state.box && (state.timer !== null || state.at < timeline.length);
    if (!isStep || !step.isBack) parts.push(element("p", valueLine(state.box)));
    if (!isStep || step.isBack) parts.push(element("p", chainRule(state.box)));
    if (!leaving[state.box].length && state.box !== program.output) {
      parts.push(element("p", `${output.name} does not depend on ${box.name}.`));
    }
    byId("explanation").replaceChildren(...parts);
  };

  // --- Paths ------------------------------------------------------------------------------------

  const ways = boxes.map(() => 0);
  ways[program.output] = 1;
  for (let place = boxes.length - 1; place >= 0; place--) {
    if (place !== program.output) ways[place] = leaving[place].reduce((sum, edge) => sum + ways[edges[edge].to], 0);
  }
  // The edges of one of the paths from a box to the output, by its number.
  const pathOf = (place, number) => {
    const found = [];
    while (place !== program.output) {
      for (const edge of leaving[place]) {
        const count = ways[edges[edge].to];
        if (number < count) {
          found.push(edge);
          place = edges[edge].to;
          break;
        }
        number -= count;
      }
    }
    return found;
  };
  const showPath = () => {
    const count = ways[state.box];
    byId("paths").hidden = count === 0 || state.box === program.output;
    const isShown = state.path !== null && !byId("paths").hidden;
    const path = isShown ? pathOf(state.box, state.path) : [];
    const along = new Set(path.flatMap((edge) => [edges[edge].from, edges[edge].to]));
    boxGroups.forEach((group, place) => group.classList.toggle("path", along.has(place)));
    edgeLines.forEach((group, place) => group.classList.toggle("path", path.includes(place)));
    const many = count === 1 ? "path" : "paths";
    byId("path-number").textContent = isShown ? `path ${state.path + 1} of ${count}` : `${count} ${many} to ${output.name}`;
    byId("path-hide").disabled = !isShown;
    if (!isShown) {
      byId("path").replaceChildren();
      return;
    }
    const backwards = [...path].reverse().map((edge) => edges[edge]);
    const rule = backwards.map((edge) => partial(boxes[edge.to].name, boxes[edge.from].name));
    const numbers = backwards.map((edge, place) => (place ? operand : numeral)(localOf(edge)));
    const product = backwards.reduce((total, edge) => total * localOf(edge), 1);
    const members = [formula(rule, "·"), formula(numbers, "·"), formula([numeral(product)])];
    members.slice(1).forEach((member) => member.firstElementChild.prepend(sign("=")));
    byId("path").replaceChildren(...members.filter((_, place) => place !== 1 || path.length > 1));
  };
  const turnPath = (by) => {
    const count = ways[state.box];
    state.path = state.path === null ? (by > 0 ? 0 : count - 1) : (state.path + by + count) % count;
    showPath();
  };

  // --- The graph --------------------------------------------------------------------------------

  // Beside the names and the lines, which are there without any script, stand numbers.
  const SVG = "http://www.w3.org/2000/svg";
  const drawn = (tag, attributes, ...children) => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const words = (role) => drawn("tspan", { class: role });
  const svg = document.querySelector("#graph svg");
  svg.setAttribute("role", "group"); // with buttons in it, it is more than an image
  svg.setAttribute("aria-label", svg.querySelector("title").textContent);
  const boxGroups = boxes.map((_, place) => svg.querySelector(`[data-box="${place}"]`));
  const edgeLines = [...svg.querySelectorAll(".edges path")];
  for (const group of boxGroups) {
    const first = group.querySelector("text");
    const x = first.getAttribute("x"), y = Number(first.getAttribute("y"));
    group.append(...["value", "gradient"].map((role, line) => drawn(
      "text", { x, y: y + (line + 1) * program.leading }, words(role))));
    group.setAttribute("tabindex", "0");
    group.setAttribute("role", "button");
  }
  const [width, height] = program.room;
  const labels = edges.map((_, place) => {
    const [x, y] = program.labels.slice(2 * place);
    return drawn("g", { class: "label" },
      drawn("rect", { class: "paper", x, y, width, height, rx: 3 }),
      drawn("text", { x: x + width / 2, y: y + height / 2 + program.base }, words("gradient")));
  });
  svg.querySelector(".edges").after(...labels);
  const texts = boxGroups.map((group) => ({
    value: group.querySelector(".value"), derivative: group.querySelector(".gradient"),
  }));
  const put = (where, text) => {
    if (where.textContent !== text) where.textContent = text;
  };
  const isKnown = (place) => !valueStep.has(place) || valueStep.get(place) <= state.at;
  const isDerived = (place) => derivativeStep.get(place) <= state.at;
  const showGraph = () => {
    const step = (state.at < timeline.length && timeline[state.at - 1]) || null;
    boxes.forEach((box, place) => {
      const value = isKnown(place) ? short(valueOf(box)) : "?";
      const derivative = isDerived(place) ? short(derivativeOf(box)) : "?";
      put(texts[place].value, `= ${value}`);
      put(texts[place].derivative, `∂${output.name}/∂${box.name} = ${derivative}`);
      boxGroups[place].classList.toggle("chosen", place === state.box);
      boxGroups[place].setAttribute("aria-label", `${box.name}, value ${value}, derivative ${derivative}`);
      boxGroups[place].setAttribute("aria-pressed", String(place === state.box));
    });
    edges.forEach((edge, place) => {
      put(labels[place].querySelector("tspan"), short(localOf(edge)));
      labels[place].classList.toggle("unknown", !isDerived(edge.to));
      const isActive = step !== null && (step.isBack ? edge.from === step.box : edge.to === step.box);
      edgeLines[place].classList.toggle("active", isActive);
    });
  };

  // The box of a step is brought into sight, and the whole graph made to fit where it stays legible.
  const frame = byId("graph");
  const [natural, high] = ["width", "height"].map((side) => Number(svg.getAttribute(side)));
  svg.removeAttribute("height");
  let isWhole = null;
  const fit = () => {
    const top = frame.getBoundingClientRect().top + window.scrollY;
    const room = Math.max(0.6 * window.innerHeight, window.innerHeight - top - 16);
    frame.style.maxHeight = `${room}px`;
    const scale = Math.min(1, (frame.offsetWidth - 2) / natural, (room - 2) / high);
    isWhole ??= scale >= 0.5;
    svg.setAttribute("width", isWhole ? Math.floor(natural * scale) : natural);
    byId("fit").setAttribute("aria-pressed", String(isWhole));
  };
  const reveal = (place) => {
    const box = boxGroups[place].getBoundingClientRect(), seen = frame.getBoundingClientRect();
    if (box.left < seen.left || box.right > seen.right) frame.scrollLeft += (box.left + box.right - seen.left - seen.right) / 2;
    if (box.top < seen.top || box.bottom > seen.bottom) frame.scrollTop += (box.top + box.bottom - seen.top - seen.bottom) / 2;
  };

  // --- Tables -----------------------------------------------------------------------------------

  const cell = (...children) => element("td", ...children);
  const heading = (name) => {
    const made = element("th", name);
    made.scope = "row";
    made.classList.toggle("long", name.length > 12);
    return made;
  };
  const reach = (value) => Math.max(1, 2 * Math.abs(value));
  const rows = inputs.map((input, place) => {
    const range = element("input"), number = element("input"), learns = element("input");
    const derivative = cell();
    const value = Number.isFinite(given[place]) ? given[place] : 0;
    Object.assign(range, { type: "range", min: value - reach(value), max: value + reach(value), step: "any" });
    Object.assign(number, { type: "number", step: "any" });
    Object.assign(learns, { type: "checkbox", checked: input.learns });
    range.setAttribute("aria-label", `${input.name}, to be dragged`);
    number.setAttribute("aria-label", input.name);
    learns.setAttribute("aria-label", `an update changes ${input.name}`);
    derivative.className = "number derivative-text";
    range.addEventListener("input", () => move(place, range.valueAsNumber));
    number.addEventListener("input", () => {
      if (Number.isFinite(number.valueAsNumber)) move(place, number.valueAsNumber);
    });
    number.addEventListener("change", () => showInput(rows[place], state.point[place], null));
    const made = element("tr", heading(input.name), cell(number, range), derivative, cell(learns));
    made.addEventListener("focusin", () => input.box !== null && choose(input.box));
    byId("inputs").append(made);
    return { range, number, learns, derivative, row: made };
  });
  const showInput = ({ range, number }, value, typed) => {
    if (Number.isFinite(value)) {
      if (value < Number(range.min)) range.min = value - reach(value);
      if (value > Number(range.max)) range.max = value + reach(value);
      range.value = value;
    }
    if (number !== typed) number.value = Number.isFinite(value) ? Number(value.toPrecision(12)) : "";
  };
  const shown = inputs.map(() => undefined);
  const showInputs = (typed) => {
    rows.forEach((fields, place) => {
      const { derivative, row: line } = fields, value = state.point[place], box = inputs[place].box;
      if (!Object.is(shown[place], value)) showInput(fields, value, typed);
      shown[place] = value;
      put(derivative, box === null ? "0" : long(derivativeOf(boxes[box])));
      line.classList.toggle("chosen", box === state.box);
    });
    byId("tied").textContent = saidOfTies();
  };
  const nodeRows = boxes.map((box, place) => {
    const value = cell(), derivative = cell(), text = cell();
    value.className = "number value-text";
    derivative.className = "number derivative-text";
    if (box.formula === null) text.append("input");
    else text.append(formula([template(box.formula)]));
    const line = element("tr", heading(box.name), text, value, derivative);
    line.addEventListener("click", () => choose(place));
    byId("nodes").append(line);
    return { value, derivative };
  });
  const all = document.querySelector("#all details");
  const showNodes = () => all.open && boxes.forEach((box, place) => {
    put(nodeRows[place].value, long(valueOf(box)));
    put(nodeRows[place].derivative, long(derivativeOf(box)));
  });

  // --- What can be done -------------------------------------------------------------------------

  let isWaiting = false, typedInto = null;
  const show = () => {
    const step = timeline[state.at - 1];
    byId("position").value = state.at;
    byId("step").textContent = `${state.at} of ${timeline.length}`
      + (step ? `: ${step.isBack ? "backward" : "forward"}, ${boxes[step.box].name}` : ": the inputs");
    byId("first").disabled = byId("back").disabled = state.at === 0;
    byId("last").disabled = byId("next").disabled = state.at === timeline.length;
    byId("play").textContent = state.timer === null ? "▶ Play" : "❚❚ Pause";
    byId("play").setAttribute("aria-label", state.timer === null ? "play" : "pause");
    showGraph();
    showInputs(typedInto);
    showNodes();
    explain();
    showPath();
  };
  const soon = () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      state.values = computed(state.point);
      show();
    });
  };
  const move = (place, value) => {
    state.point[place] = value;
    typedInto = document.activeElement === rows[place].number ? rows[place].number : null;
    soon();
  };
  const choose = (place) => {
    if (state.box !== place) state.path = null;
    state.box = place;
    show();
  };
  const goTo = (at) => {
    state.at = Math.max(0, Math.min(timeline.length, at));
    const step = timeline[state.at - 1];
    if (step && step.box !== state.box) {
      state.box = step.box;
      state.path = null;
    }
    if (state.at === timeline.length) pause();
    show();
    reveal(state.box);
  };
  const pause = () => {
    clearInterval(state.timer);
    state.timer = null;
  };
  const play = () => {
    if (state.timer !== null) {
      pause();
      show();
      return;
    }
    state.timer = setInterval(() => goTo(state.at + 1), 1200);
    goTo(state.at === timeline.length ? 0 : state.at + 1);
  };
  const update = () => {
    const rate = byId("rate").valueAsNumber, before = valueOf(output);
    if (!Number.isFinite(rate)) {
      byId("updated").textContent = "The rate is no number.";
      return;
    }
    // All derivatives first, then all updates.
    const point = state.point.map((value, place) => (rows[place].learns.checked && inputs[place].box !== null
      ? value - rate * derivativeOf(boxes[inputs[place].box]) : value));
    state.point = point;
    state.values = computed(point);
    byId("updated").textContent = `${output.name}: ${long(before)} → ${long(valueOf(output))}`;
    show();
  };
  const reset = () => {
    state.point = [...given];
    state.values = computed(state.point);
    byId("updated").textContent = "";
    show();
  };

  byId("first").addEventListener("click", () => goTo(0));
  byId("back").addEventListener("click", () => goTo(state.at - 1));
  byId("next").addEventListener("click", () => goTo(state.at + 1));
  byId("last").addEventListener("click", () => goTo(timeline.length));
  byId("play").addEventListener("click", play);
  byId("position").addEventListener("input", (event) => goTo(event.target.valueAsNumber));
  byId("path-back").addEventListener("click", () => turnPath(-1));
  byId("path-next").addEventListener("click", () => turnPath(1));
  byId("path-hide").addEventListener("click", () => {
    state.path = null;
    showPath();
  });
  byId("fit").addEventListener("click", () => {
    isWhole = !isWhole;
    fit();
    reveal(state.box);
  });
  window.addEventListener("resize", fit);
  byId("update").addEventListener("click", update);
  byId("reset").addEventListener("click", reset);
  all.addEventListener("toggle", showNodes);

  const scaleOf = (place) => Math.max(1, Math.abs(given[place]) || 0) / 100;
  boxGroups.forEach((group, place) => {
    const input = inputOfBox.get(place);
    group.addEventListener("click", () => choose(place));
    group.addEventListener("keydown", (event) => {
      const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (event.key === "Enter" || event.key === " ") choose(place);
      else if (by && input !== undefined) {
        choose(place);
        move(input, state.point[input] + by * 5 * scaleOf(input));
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
    if (input === undefined) return;
    group.addEventListener("pointerdown", (event) => {
      const { clientX } = event, from = state.point[input];
      const drag = (moved) => move(input, from + (moved.clientX - clientX) * scaleOf(input));
      const end = () => {
        group.removeEventListener("pointermove", drag);
        group.removeEventListener("pointerup", end);
        group.removeEventListener("pointercancel", end);
      };
      group.setPointerCapture(event.pointerId);
      group.addEventListener("pointermove", drag);
      group.addEventListener("pointerup", end);
      group.addEventListener("pointercancel", end);
    });
  });
  const KEYS = {
    ArrowRight: () => goTo(state.at + 1), ArrowLeft: () => goTo(state.at - 1),
    Home: () => goTo(0), End: () => goTo(timeline.length), " ": play, u: update, r: reset,
  };
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, button, summary") !== null;
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  byId("expression").append(...(typeof program.statements === "string" ? [element("pre", program.statements)]
    : program.statements.map(([name, text]) => element("p",
    formula([nameOf(name ?? output.name), template(text)])))));
  byId("derivatives").textContent = byId("derivative").textContent = `∂${output.name}/∂…`;
  byId("rate").value = program.rate;
  byId("position").max = timeline.length;
  fit();
  state.at = timeline.length;
  state.values = computed(state.point);
  show();
  reveal(state.box);
  // For scripts and tests: what the page has computed, and the start as gradcli has it.
  window.gradcli = {
    start,
    numbers: () => Object.fromEntries(boxes.map((box) => [box.name, [valueOf(box), derivativeOf(box)]])),
    move: (name, value) => {
      const place = inputs.findIndex((input) => input.name === name);
      state.point[place] = value;
      state.values = computed(state.point);
      show();
    },
  };
})();
