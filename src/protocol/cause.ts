/**
 * The error code of the system (`ECONNREFUSED`), from an error or its causes. Messages are omitted, since they may quote the request.
 */
export function causeOf(error: unknown, depth = 8): string | null {
  if (typeof error !== 'object' || error === null || depth === 0) return null;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  for (const inner of [cause].concat(errors ?? [])) {
    const found = causeOf(inner, depth - 1);
    if (found) return found;
  }
  return typeof code === 'string' && /^[A-Z][A-Z\d_]+$/.test(code) ? code : null;
}
