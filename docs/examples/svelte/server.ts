import { render as renderComponent } from 'svelte/server';
import type { PageAuth } from '../shared/page-auth.ts';
import Login from './Login.svelte';

/** The screen as a server renders it. In the page, `hydrate` hydrates it. */
export const render = (auth: PageAuth) => renderComponent(Login, { props: { auth } }).body;
