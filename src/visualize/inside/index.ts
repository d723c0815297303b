// What a network has learned and what it sees.
export { toCanvas } from './canvas.js';
export { type Colormap, colormaps } from './colormap.js';
export { type FeatureMapOptions, featureMaps } from './feature-maps.js';
export { type FilterOptions, filters } from './filters.js';
export { type GradCamOptions, gradCam } from './grad-cam.js';
export { type GridOptions, makeGrid } from './grid.js';
export { type HeatImageOptions, type HeatMap, heatImage, type OverlayOptions, overlay } from './heat-map.js';
export { type OcclusionOptions, occlusion } from './occlusion.js';
export { saliency } from './saliency.js';
export { savePNG } from './save.js';
export type { ClassOptions } from './score.js';
export type { Normalization, TileOptions } from './tiles.js';
export { toImage } from './to-image.js';
