/** Names headings as code hosts do, so that links to them work on both. */
export function slugOf(heading: string): string {
  const kept = heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '');
  return kept.replaceAll(/\s/g, '-');
}
