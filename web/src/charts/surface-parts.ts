// What of ECharts GL a surface needs, so that nothing else of it is built in.
import { SurfaceChart } from "echarts-gl/charts";
import { Grid3DComponent } from "echarts-gl/components";

export const parts = [SurfaceChart, Grid3DComponent];
