import { AuthError } from '../../machines/failures.ts';
import { parseUrl } from '../../machines/url.ts';

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * The address of an endpoint. Refuses one that would send a password unencrypted, and a text that is not an address.
 *
 * @throws {AuthError} `invalid-input` or `insecure-url`.
 */
export function endpointUrl(baseUrl: string, path: string, allowInsecure = false): string {
  // In a page, an address may be relative, for example that of a proxy.
  const page = (globalThis as { readonly document?: { readonly baseURI: string } }).document;
  const url = parseUrl(baseUrl, page?.baseURI);
  if (!url || !/^https?:/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new AuthError('invalid-input', { detail: 'baseUrl: not an address such as https://broker.example/api' });
  }
  if (url.protocol === 'http:' && !allowInsecure && !loopback.test(url.hostname)) {
    throw new AuthError('insecure-url', { detail: url.origin });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}/${path}`;
}
