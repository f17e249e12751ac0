import { existsSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { type DefaultTheme, defineConfig, type MarkdownRenderer } from 'vitepress';
import { slugOf } from './slug.ts';

/** The path of the whole site; these pages are in its folder `docs`. */
const siteBase = `/${process.env.SITE_BASE ?? ''}/`.replaceAll(/\/+/g, '/');
/** The logo of the front page. */
const mark = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b5cad"/>' +
    '<path d="M6 24 13 11h6l7 13z" fill="#fff"/><circle cx="16" cy="7" r="2" fill="#ffb86b"/></svg>',
)}`;
const docs = resolve(import.meta.dirname, '..');
const repository = dirname(docs);
/** It is built as the front page, which is another app: the browser has to load it. */
const playground = resolve(docs, 'playground/index.html');

const sidebar: DefaultTheme.SidebarItem[] = [
  {
    text: 'Sign in',
    items: [
      { text: 'Start', link: '/start' },
      { text: 'Node.js', link: '/program' },
      {
        text: 'React and other frameworks',
        link: '/frameworks',
        items: [{ text: 'Login screens to copy', link: '/examples/README' }],
      },
      { text: 'Inside your own machine', link: '/embedding' },
      { text: 'Sessions', link: '/sessions' },
      { text: 'Browser', link: '/browser' },
      { text: 'React Native and Expo', link: '/native' },
      {
        text: 'Command line',
        link: '/command',
        items: ['login', 'doctor', 'status', 'token', 'api', 'logout'].map((text) => ({
          text,
          link: `/command/${text}`,
        })),
      },
    ],
  },
  {
    text: 'Test and understand',
    items: [
      { text: 'The emulator', link: '/emulator' },
      { text: 'Test your login screen', link: '/testing' },
      { text: 'Watch a login', link: '/inspecting' },
      { text: 'The machine in Stately', link: '/stately' },
      { text: 'The token endpoint', link: '/protocol' },
      { text: 'Security', link: '/security' },
      { text: 'Where it runs', link: '/hosts' },
      { text: 'Performance', link: '/performance' },
      { text: 'Contributing', link: '/CONTRIBUTING' },
      { text: 'Post-mortems', link: '/postmortems' },
      { text: 'Changelog', link: '/CHANGELOG' },
    ],
  },
  {
    text: 'API reference',
    link: '/reference/',
    items: [
      { text: 'etna-auth', link: '/reference/etna-auth' },
      { text: 'etna-auth/node', link: '/reference/node' },
      { text: 'etna-auth/browser', link: '/reference/browser' },
      { text: 'etna-auth/native', link: '/reference/native' },
      { text: 'etna-auth/session', link: '/reference/session' },
      { text: 'etna-auth/messages', link: '/reference/messages' },
      { text: 'etna-auth/inspect', link: '/reference/inspect' },
      {
        text: 'etna-auth/testing',
        link: '/reference/testing/',
        items: [{ text: 'answers', link: '/reference/testing/namespaces/answers' }],
      },
    ],
  },
];

export default defineConfig({
  title: 'etna-auth',
  description: 'Sign in to ETNA Trader: a formally modelled login machine with two-factor challenges.',
  lang: 'en',
  base: `${siteBase}docs/`,
  head: [['link', { rel: 'icon', href: mark }]],
  outDir: '../.site/docs',
  cacheDir: '../.cache/vitepress',
  srcExclude: ['examples/*/**'],
  rewrites: { 'README.md': 'index.md' },
  markdown: {
    config: linkSources,
    anchor: { slugify: slugOf },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-default' },
  },
  // The pages of the playground and of the examples are not included.
  vite: { optimizeDeps: { entries: ['.vitepress/theme/*.ts'] } },
  themeConfig: {
    sidebar,
    logo: { src: mark, alt: '' },
    logoLink: { link: siteBase, target: '_self' },
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        _render: (text, env, markdown) => {
          if (env.relativePath.startsWith('source/')) return '';
          // Not needed in the index. The pages that are rendered afterwards need it again.
          const { highlight } = markdown.options;
          const html = markdown.set({ highlight: null }).render(text, env);
          markdown.set({ highlight });
          return html;
        },
      },
    },
  },
});

/** Makes links to source files lead to pages that show them, and those to the playground to the front page. */
function linkSources(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('link-sources', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.attrGet('href');
      if (token.type !== 'link_open' || !href || !/^[\w./-]+$/.test(href) || href.endsWith('.md')) continue;
      const file = resolve(docs, dirname(env.relativePath), href);
      if (file === playground) {
        token.attrSet('href', siteBase);
        token.attrSet('target', '_self');
      } else if (existsSync(file) && statSync(file).isFile()) {
        token.attrSet('href', `/source/${relative(repository, file)}.md`);
      }
    }
  });
}
