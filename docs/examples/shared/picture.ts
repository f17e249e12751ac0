import { reveal, type Secret } from 'etna-auth';

/** Where an `img` finds the user's personal image. ETNA does not document its format: it is taken for an address or Base64. */
export function addressOf(image: Secret): string {
  const text = reveal(image);
  return /^(https:|data:image\/)/.test(text) ? text : `data:image/png;base64,${text}`;
}
