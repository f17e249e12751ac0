import { reveal, type Secret } from 'etna-auth';

/** The URL of the user's personal image for an `img`. ETNA does not document its format: it may be a URL or Base64. */
export function addressOf(image: Secret): string {
  const text = reveal(image);
  return /^(https:|data:image\/)/.test(text) ? text : `data:image/png;base64,${text}`;
}
