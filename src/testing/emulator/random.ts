/**
 * An opaque token that looks like ETNA's: Base64, not a JWT. Each one contains `+`, `/` and `=`, so that a client that mangles them fails
 * every time, not occasionally.
 */
export function createToken(): string {
  const token = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(64))));
  return token.includes('+') && token.includes('/') ? token : createToken();
}

/** Six digits, possibly with leading zeros. */
export function createCode(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte % 10).join('');
}
