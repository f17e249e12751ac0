import type { Answer } from './answers.ts';
import { type LoggedRequest, RequestLog } from './request-log.ts';

/** A `fetch`, and what went through it. */
export interface RequestWatch {
  readonly fetch: typeof globalThis.fetch;
  /** All requests so far, in the order of the calls, with their secrets masked. */
  readonly requests: readonly LoggedRequest[];
}

/**
 * Logs the requests to a server that is really there as the emulator logs those to itself. No body is read: `state`, `step`
 * and `reason` stay null, and each token is `unknown`.
 *
 * @param fetch What sends them. The `fetch` of the platform unless told.
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
