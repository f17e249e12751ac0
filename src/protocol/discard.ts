/** Ends a body, or the reading of one, that nobody wants any more. How that goes is nobody's business either. */
export const discard = (body: { cancel(): Promise<void> } | null | undefined): void =>
  void body?.cancel().catch(() => {});
