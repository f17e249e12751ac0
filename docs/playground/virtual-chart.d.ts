declare module 'virtual:chart' {
  const chart: import('./chart-data.ts').Chart;
  export default chart;
}
