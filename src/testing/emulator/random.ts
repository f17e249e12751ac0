/**
 * An opaque token that looks like ETNA's: Base64, never a JWT. Each one holds all three of `+`, `/` and `=`, so that a
 * client that mangles them fails every time and not now and then.
 */
export function createToken(): string {
  const token = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(64))));
  return token.includes('+') && token.includes('/') ? token : createToken();
}

/** Six digits; a leading zero counts. */
export function createCode(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte % 10).join('');
}
