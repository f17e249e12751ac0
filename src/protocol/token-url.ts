import { createFailure } from '../../machines/failures.ts';
import { AuthError } from './auth-error.ts';

const loopback = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Where to POST, or a refusal: an address that would send a password in the clear, or none at all.
 *
 * @throws {AuthError} `invalid-input` or `insecure-url`.
 */
export function tokenUrl(baseUrl: string, allowInsecure = false): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new AuthError(createFailure('invalid-input', { detail: 'The base URL is not an http(s) address.' }));
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    const detail = 'The base URL must have no user, password, query or fragment.';
    throw new AuthError(createFailure('invalid-input', { detail }));
  }
  if (url.protocol === 'http:' && !allowInsecure && !loopback.test(url.hostname)) {
    const detail = `${url.origin} is not encrypted. Use https.`;
    throw new AuthError(createFailure('insecure-url', { detail }));
  }
  return `${url.href.replace(/\/+$/, '')}/token`;
}
