/**
 * The text of a header, or null if it is absent. A header consists of bytes: they are decoded as UTF-8, as curl and careful clients send
 * it, or else as one character per byte.
 */
export function headerText(headers: Headers, name: string): string | null {
  const value = headers.get(name);
  return value === null ? null : decodeBytes(value);
}

export function decodeBytes(value: string): string {
  const bytes = Uint8Array.from(value, (character) => character.charCodeAt(0));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return value;
  }
}

/** The token of `Authorization: Bearer …`, `''` for any other scheme, or null if there is no such header. */
export function bearerToken(headers: Headers): string | null {
  const authorization = headers.get('Authorization');
  return authorization === null ? null : (/^Bearer +(.+)$/i.exec(authorization)?.[1] ?? '');
}
