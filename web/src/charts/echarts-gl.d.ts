// ECharts GL comes without types; its parts are handed to `use` of echarts/core and nothing else.
declare module "echarts-gl/charts" {
    export const SurfaceChart: (registers: unknown) => void;
}
declare module "echarts-gl/components" {
    export const Grid3DComponent: (registers: unknown) => void;
}
