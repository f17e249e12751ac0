/** Monospaced fonts, so that a picture looks the same with each of them. */
export const fixedFont = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace";

/** The width of a text, in every font. */
export const widthOf = (text: string, size: number) => text.length * size * 0.6;

/** Rounds to a tenth of a pixel. */
export const round = (length: number) => Math.round(length * 10) / 10;

/** An SVG text, from the left end of its baseline. `attributes` are appended, each after a space. */
export function fixedText(text: string, x: number, y: number, size: number, attributes = ''): string {
  const place = `x="${round(x)}" y="${round(y)}" textLength="${round(widthOf(text, size))}"`;
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text ${place} lengthAdjust="spacingAndGlyphs"${attributes}>${escaped}</text>`;
}
