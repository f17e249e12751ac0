// The style that the screens share is loaded by whatever builds them.
declare module '*.css';
