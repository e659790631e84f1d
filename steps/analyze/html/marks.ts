import type { MeasurementReport } from '../report-schema.ts'

type Phase = MeasurementReport['phase']

/** Each phase has a shape as well as a colour, so that it is seen without colours too. Around 0, some 10 pixels wide. */
const shapes: Readonly<Record<Phase, string>> = {
  Successful: 'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z',
  Failed: 'M0-6.5L6.5 0L0 6.5L-6.5 0z',
  Inconclusive: 'M-4.5-4.5h9v9h-9z',
  Error: 'M-5-5L5 5M-5 5L5-5',
  Running: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z',
  Pending: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z',
}

/** A mark in a plot: `x` in percent, `y` in pixels; `title` is shown under the pointer, and is HTML already. */
export function mark(phase: Phase, x: number, y: number, title: string, hollow = false): string {
  const kind = `mark ${phase}${hollow ? ' hollow' : ''}`
  return `<svg class="${kind}" x="${round(x)}%" y="${round(y)}"><path d="${shapes[phase]}"><title>${title}</title></path></svg>`
}

/** The same shape by itself, beside a word that says the same. */
export function icon(phase: Phase): string {
  return `<svg class="icon ${phase}" viewBox="-8 -8 16 16" aria-hidden="true"><path d="${shapes[phase]}"/></svg>`
}

/** A badge with shape and word. */
export function badge(phase: Phase, text: string = phase): string {
  return `<span class="badge ${phase}">${icon(phase)}${text}</span>`
}

export function round(value: number): number {
  return Math.round(value * 100) / 100
}
