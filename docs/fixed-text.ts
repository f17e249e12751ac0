/** Fonts whose characters are all equally wide, so that a picture depends on none that is there or is not. */
export const fixedFont = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace";

/** How wide a text is made, whatever the font. */
export const widthOf = (text: string, size: number) => text.length * size * 0.6;

/** To a tenth of a pixel. */
export const round = (length: number) => Math.round(length * 10) / 10;

/** A text of an SVG, from its left end on the line. `attributes`: more of them, each after a blank. */
export function fixedText(text: string, x: number, y: number, size: number, attributes = ''): string {
  const place = `x="${round(x)}" y="${round(y)}" textLength="${round(widthOf(text, size))}"`;
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text ${place} lengthAdjust="spacingAndGlyphs"${attributes}>${escaped}</text>`;
}
