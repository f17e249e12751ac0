import { untilAborted } from './pause.ts';

/** Spaces are valid JSON so far, so no reader gives up early. */
const blanks = new Uint8Array(64 * 1024).fill(0x20);

/** An endless body, produced as fast as it is read. */
export function endlessBody(signal: AbortSignal): ReadableStream<Uint8Array> {
  return abortable(signal, { pull: (controller) => controller.enqueue(blanks) });
}

/** A body that begins with `start`, and then stalls. */
export function stalledBody(start: string, signal: AbortSignal): ReadableStream<Uint8Array> {
  // Keeps the program running, as an open connection would.
  const connection = setInterval(() => {}, 2 ** 31 - 1);
  const hangUp = () => clearInterval(connection);
  signal.addEventListener('abort', hangUp, { once: true });
  return abortable(signal, {
    start: (controller) => controller.enqueue(new TextEncoder().encode(start)),
    cancel: hangUp,
  });
}

/**
 * Fails the body when the client aborts, as a network would. The promise delays that until the end of the tick: a server cancels the body
 * when its connection closes, and would report an earlier failure as its own.
 */
function abortable(signal: AbortSignal, source: UnderlyingDefaultSource<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      ...source,
      start(controller) {
        source.start?.(controller);
        untilAborted(signal).catch((reason) => controller.error(reason));
      },
    },
    { highWaterMark: 0 },
  );
}
