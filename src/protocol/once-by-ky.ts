import ky from 'ky';
import type { Client } from './exchange.ts';

/**
 * Has ky make a request. It calls our `fetch` instead of passing its own request on: that is a `Request` of the platform, which the `fetch`
 * of a package does not accept, with a signal that ky combines with a function that older engines do not have.
 */
export const onceByKy: Client = (url, { method, fetch }) =>
  ky(url, { method, fetch, retry: 0, timeout: false, throwHttpErrors: false });
