import { createSSRApp } from 'vue';
import { renderToString } from 'vue/server-renderer';
import type { PageAuth } from '../shared/page-auth.ts';
import Login from './Login.vue';

/** The screen as a server renders it. In the page, `createSSRApp` hydrates it. */
export const render = (auth: PageAuth) => renderToString(createSSRApp(Login, { auth }));
