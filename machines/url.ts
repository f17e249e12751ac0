/** A text as an address, or `null` where it is none: as `URL.parse`, which phones lack. */
export function parseUrl(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}
