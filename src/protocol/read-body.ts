import { AuthError } from '../../machines/failures.ts';

/**
 * The text of a reply, in whatever form a host has it: as a stream, or only as a whole (React Native, node-fetch).
 *
 * @param longest Bytes.
 * @throws {AuthError} `malformed-reply` for a longer one.
 */
export async function readBody(response: Response, signal: AbortSignal, longest: number): Promise<string> {
  const { body } = response;
  if (typeof body?.getReader === 'function') return readStream(body.getReader(), signal, longest);
  const text = await response.text();
  signal.throwIfAborted();
  if (text.length > longest) throw tooLong(longest);
  return text;
}

async function readStream(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
  longest: number,
) {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  // ky ties the signal to the body by an object that is garbage once the headers are here: without this listener neither the
  // timeout nor `cancel` would end the reading.
  signal.addEventListener('abort', () => discard(reader));
  for (let size = 0; ; ) {
    // Not `for await`: Safari's streams cannot be iterated.
    const { done, value } = await reader.read();
    signal.throwIfAborted();
    if (done) break;
    size += value.byteLength;
    if (size > longest) {
      discard(reader);
      throw tooLong(longest);
    }
    chunks.push(value);
  }
  return new Blob(chunks).text();
}

const tooLong = (longest: number) => new AuthError('malformed-reply', { detail: `over ${longest / 1024} KiB` });

/** A body, or the reading of one: the web's, or a stream of Node's, which node-fetch has. */
interface Discardable {
  cancel?(): Promise<void>;
  destroy?(): void;
}

/** Ends what nobody wants any more. How that goes is nobody's business either. */
export const discard = (body: Discardable | null | undefined): void => {
  void body?.cancel?.().catch(() => {});
  body?.destroy?.();
};
