import type { Answer } from './answers.ts';

/** The HTTP response that carries an answer. */
export function toResponse({ status = 200, headers = {}, body }: Answer): Response {
  const init = { status, headers };
  if (body === undefined) return new Response(null, init);
  if (typeof body === 'string' || body instanceof ReadableStream) return new Response(body, init);
  if (body instanceof Uint8Array) return new Response(new Uint8Array(body), init);
  return Response.json(body, init);
}
