/** A text as an address, or `null` where it is none: as `URL.parse`, which phones lack. */
export function parseUrl(text: string, base?: string): URL | null {
  // What cannot be a text is a defect, and not an address that is wrong.
  const address = `${text}`;
  try {
    return new URL(address, base);
  } catch {
    return null;
  }
}
