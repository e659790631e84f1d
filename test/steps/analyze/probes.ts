/**
 * What a test asks of a page. Each function is sent to the browser as text, so it uses nothing from outside itself; the
 * browser's types are not among this project's, which runs in Node.
 */
export type Box = { left: number; right: number; top: number; bottom: number }
export type Label = Box & { text: string }
export type Plot = {
  name: string
  /** Labels of the values on the left, and of the times below; only those that can be seen. */
  values: Label[]
  times: Label[]
  /** Middles of the marks, by class. */
  marks: { kind: string; title: string; x: number; y: number }[]
  thresholds: { kind: string; y: number }[]
}

type Element = ReturnType<typeof JSON.parse>

/** Everything that can be measured in one plot. */
export function readPlot(svg: Element): Plot {
  const box = (element: Element): Box => {
    const { left, right, top, bottom } = element.getBoundingClientRect()
    return { left, right, top, bottom }
  }
  const labels = (selector: string): Label[] =>
    [...svg.querySelectorAll(selector)]
      .map((element: Element) => ({ text: element.textContent, ...box(element) }))
      .filter(({ left, right }) => right > left)
  return {
    name: svg.querySelector('title').textContent,
    values: labels('text.tick[x="-8"], text.bound'),
    times: labels('.time text'),
    marks: [...svg.querySelectorAll('.mark path')].map((path: Element) => {
      const { left, right, top, bottom } = box(path)
      return {
        kind: path.parentNode.getAttribute('class'),
        title: path.textContent,
        x: (left + right) / 2,
        y: (top + bottom) / 2,
      }
    }),
    thresholds: [...svg.querySelectorAll('line.threshold')].map((line: Element) => {
      const { top, bottom } = box(line)
      return { kind: line.getAttribute('class'), y: (top + bottom) / 2 }
    }),
  }
}

/** The boxes of all texts that can be seen, one for each line of each text. */
export function readTexts(body: Element): Label[] {
  const { defaultView, NodeFilter = defaultView.NodeFilter } = body.ownerDocument
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT)
  const found: Label[] = []
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (/^(?:title|desc|style)$/.test(node.parentNode.localName) || node.textContent.trim() === '') continue
    if (!node.parentNode.checkVisibility({ visibilityProperty: true })) continue
    const range = body.ownerDocument.createRange()
    range.selectNodeContents(node)
    for (const { left, right, top, bottom } of range.getClientRects()) {
      if (right > left) found.push({ text: node.textContent.trim().slice(0, 60), left, right, top, bottom })
    }
  }
  return found
}

/** The contrast of each text to what it stands on (WCAG 2.2, relative luminance), the least first. */
export function readContrasts(body: Element): { text: string; ratio: number }[] {
  const { defaultView } = body.ownerDocument
  const parse = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = ([r = 0, g = 0, b = 0]: number[]): number => {
    const [red = 0, green = 0, blue = 0] = [r, g, b].map(part =>
      part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const backgroundOf = (element: Element): number[] => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(defaultView.getComputedStyle(at).backgroundColor)
      if (colour.length > 0 && (colour[3] ?? 1) === 1) return colour
    }
    return [255, 255, 255]
  }
  const walker = body.ownerDocument.createTreeWalker(body, defaultView.NodeFilter.SHOW_TEXT)
  const found: { text: string; ratio: number }[] = []
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentNode
    if (/^(?:title|desc|style)$/.test(parent.localName) || node.textContent.trim() === '') continue
    const style = defaultView.getComputedStyle(parent)
    const ink = luminance(parse(parent.namespaceURI.endsWith('svg') ? style.fill : style.color))
    const ground = luminance(backgroundOf(parent))
    const ratio = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05)
    found.push({ text: node.textContent.trim().slice(0, 60), ratio })
  }
  return found.sort((a, b) => a.ratio - b.ratio)
}
