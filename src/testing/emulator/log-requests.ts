import type { Answer } from './answers.ts';
import { type LoggedRequest, RequestLog } from './request-log.ts';

/** A `fetch`, and the requests that it made. */
export interface RequestWatch {
  readonly fetch: typeof globalThis.fetch;
  /** All requests so far, in order, with secrets masked. */
  readonly requests: readonly LoggedRequest[];
}

/**
 * Logs the requests to a real server in the format of the emulator's log. It reads no bodies: `state`, `step` and `reason` stay null, and
 * each token is `unknown`.
 *
 * @param fetch Sends the requests. Defaults to the platform's `fetch`.
 *
 * @example
 * ```ts
 * import { createAuth } from 'etna-auth';
 * import { logRequests } from 'etna-auth/testing';
 *
 * const { fetch, requests } = logRequests();
 * const auth = createAuth({ baseUrl: 'https://broker.example/api', appKey: 'the-key', fetch });
 * auth.subscribe(() => console.table(requests));
 * ```
 */
export function logRequests(fetch: typeof globalThis.fetch = globalThis.fetch): RequestWatch {
  const log = new RequestLog(
    () => {},
    () => 'unknown',
  );
  return {
    requests: log.entries,
    async fetch(input, init) {
      const request = new Request(input, init);
      const close = log.open(request);
      let answer: Answer | null = null;
      try {
        const response = await fetch(request);
        answer = { status: response.status };
        return response;
      } finally {
        close(answer);
      }
    },
  };
}
