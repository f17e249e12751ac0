/** A text as an address, or `null` where it is none: as `URL.parse`, which phones lack. */
export function parseUrl(text: string, base?: string): URL | null {
  // What cannot be a text is a defect, and not an address that is wrong.
  const address = `${text}`;
  try {
    // Documents that were not loaded have an empty address, or none.
    return new URL(address, base || undefined);
  } catch {
    return null;
  }
}
