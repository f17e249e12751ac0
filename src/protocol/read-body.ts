import { AuthError } from '../../machines/failures.ts';

/**
 * The text of a reply, from a stream, or as a whole if the platform has no streams (React Native, node-fetch).
 *
 * @param longest The maximum size, in bytes.
 * @throws {AuthError} `malformed-reply` for a longer one.
 */
export async function readBody(response: Response, signal: AbortSignal, longest: number): Promise<string> {
  const { body } = response;
  if (typeof body?.getReader === 'function' && typeof TextDecoder === 'function') {
    return readStream(body.getReader(), signal, longest);
  }
  const text = await response.text();
  if (signal.aborted) throw abandoned;
  if (text.length > longest) throw tooLong(longest);
  return text;
}

async function readStream(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
  longest: number,
) {
  const decoder = new TextDecoder();
  let text = '';
  // ky connects the signal to the body by an object that is garbage once the headers have arrived: without this listener, neither the
  // timeout nor `cancel` would stop the reading.
  signal.addEventListener('abort', () => discard(reader));
  for (let size = 0; ; ) {
    // Not `for await`, since Safari's streams are not iterable.
    const { done, value } = await reader.read();
    if (signal.aborted) throw abandoned;
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > longest) {
      discard(reader);
      throw tooLong(longest);
    }
    text += decoder.decode(value, { stream: true });
  }
}

// The caller knows why. The signals of phones have no `throwIfAborted`.
const abandoned = new Error('abandoned');

const tooLong = (longest: number) => new AuthError('malformed-reply', { detail: `over ${longest / 1024} KiB` });

/** A body, or its reader: of the web, or a Node stream, as in node-fetch. */
interface Discardable {
  cancel?(): Promise<void>;
  destroy?(): void;
}

/** Cancels a body, or the reading of one. Errors are ignored. */
export const discard = (body: Discardable | null | undefined): void => {
  void body?.cancel?.().catch(() => {});
  body?.destroy?.();
};
