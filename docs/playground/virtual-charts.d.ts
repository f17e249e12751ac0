declare module 'virtual:charts' {
  const charts: Readonly<Record<'login' | 'keeper', import('./chart-data.ts').Chart>>;
  export default charts;
}
