import { AuthError } from '../../machines/failures.ts';

/**
 * Returns a function that loads a part of this library: once, or again if it failed. It rejects with an {@link AuthError} `network` if the
 * part cannot be loaded, for example because the server of the page has been updated since, or `unexpected` if the host lacks what it
 * needs, such as `TextEncoder`.
 */
export function onDemand<Part>(load: () => Promise<Part>): () => Promise<Part> {
  let part: Promise<Part> | undefined;
  return () => {
    part ??= load().catch((error: unknown) => {
      part = undefined;
      // Only this message: it has a name in it, and others may have addresses.
      if (error instanceof ReferenceError) throw new AuthError('unexpected', { detail: error.message });
      throw new AuthError('network', { detail: 'a part of this program could not be loaded' });
    });
    return part;
  };
}
