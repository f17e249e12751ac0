import { AuthError } from '../../machines/failures.ts';
import { discard } from './discard.ts';

const longestBody = 64 * 1024;

/**
 * The text of a reply, in whatever form a host has it: as a stream, or only as a whole (React Native, node-fetch).
 *
 * @throws {AuthError} `malformed-reply` for a body of more than 64 KiB.
 */
export async function readBody(response: Response, signal: AbortSignal): Promise<string> {
  const { body } = response;
  if (typeof body?.getReader === 'function') return readStream(body.getReader(), signal);
  const text = await response.text();
  signal.throwIfAborted();
  if (text.length > longestBody) throw tooLong();
  return text;
}

async function readStream(reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>, signal: AbortSignal) {
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
    if (size > longestBody) {
      discard(reader);
      throw tooLong();
    }
    chunks.push(value);
  }
  return new Blob(chunks).text();
}

const tooLong = () => new AuthError('malformed-reply', { detail: 'over 64 KiB' });
