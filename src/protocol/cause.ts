/** What to do about a cause that has a name. Everything else is told by the name alone. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)/,
    'the certificate is not trusted; NODE_EXTRA_CA_CERTS names a file of further ones',
  ],
  [/^CERT_HAS_EXPIRED$/, 'the certificate has expired, or the clock of this machine is wrong'],
  [/ALTNAME_INVALID/, 'the certificate is for another host'],
  [/^ERR_SSL_|^EPROTO$/, 'no common version of TLS, or no TLS at all'],
];

/**
 * The system's code for what went wrong (`ECONNREFUSED`), wherever an error has it among its causes, and what to do about it
 * where that is known. Messages are left out, since they may quote the request.
 */
export function causeOf(error: unknown): string | null {
  const code = codeIn(error, 8);
  const remedy = remedies.find(([pattern]) => code && pattern.test(code))?.[1];
  return remedy ? `${code}: ${remedy}` : code;
}

function codeIn(error: unknown, depth: number): string | null {
  if (typeof error !== 'object' || error === null || depth === 0) return null;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  for (const inner of [cause, ...(Array.isArray(errors) ? errors : [])]) {
    const found = codeIn(inner, depth - 1);
    if (found) return found;
  }
  return typeof code === 'string' && /^[A-Z][A-Z\d_]+$/.test(code) ? code : null;
}
