import { byId, showFacts, showText } from '../dom.js';
import { current, onShared } from '../session.js';
import { currentView, onView } from '../tabs.js';
import { countText, errorText, shapeText } from '../text.js';
import { nextFrame } from '../turns.js';
import { activationOf } from './activation.js';
import { type Filters, filtersOf } from './filters.js';
import { type Layer, layersOf, listLayers } from './layers.js';
import { drawMaps, type Grid, type Maps, mapsOf, rangeOf } from './maps.js';

/** Maps that are shown at once. */
const PAGE = 64;

const picker = byId('layer', HTMLSelectElement);
const [back, next] = [byId('layer-back', HTMLButtonElement), byId('layer-next', HTMLButtonElement)];
const channel = byId('channel', HTMLInputElement);
const mapsCanvas = byId('maps', HTMLCanvasElement);
const filtersCanvas = byId('filters', HTMLCanvasElement);
const mark = byId('maps-mark', HTMLElement);
const empty = byId('look-empty', HTMLElement);

let layers: Layer[] = [];
let maps: Maps | undefined;
let filters: Filters | undefined;
let grid: Grid = { columns: 1, rows: 1 };
/** What is shown is of an earlier picture, model or layer. */
let isStale = true;
let number = 0;

export function initLook(): void {
  const renew = () => {
    isStale = true;
    if (currentView === 'look') void show();
  };
  onShared('engine', () => {
    layers = [];
    renew();
  });
  onShared('photo', renew);
  onView(() => isStale && renew());
  picker.addEventListener('change', renew);
  for (const [button, by] of [
    [back, -1],
    [next, 1],
  ] as const) {
    button.addEventListener('click', () => {
      picker.value = String(Number(picker.value) + by);
      renew();
    });
  }
  channel.addEventListener('input', draw);
  mapsCanvas.addEventListener('click', chooseMap);
  new ResizeObserver(() => maps && draw()).observe(byId('maps-box', HTMLElement));
}

async function show(): Promise<void> {
  const [engine, photo] = [current('engine'), current('photo')];
  const mine = ++number;
  showText(empty, engine && photo ? '' : 'The model is not ready yet. It is chosen and loaded above.');
  if (!engine || !photo) return;
  await nextFrame();
  try {
    if (layers.length === 0) {
      const input = await engine.preprocess(photo.blob);
      layers = layersOf(engine.model, [1, ...input.shape]);
      input.dispose();
      listLayers(picker, layers, 0);
    }
    const index = Number(picker.value);
    const layer = layers[index]!;
    const { shape, data } = await activationOf(engine, layer.name, photo.blob);
    const found = await filtersOf(layer.module);
    if (mine !== number) return;
    isStale = false;
    [maps, filters] = [mapsOf(shape, data), found];
    [back.disabled, next.disabled] = [index === 0, index === layers.length - 1];
    describe(layer, data);
    channel.max = String(maps.count - 1);
    channel.value = String(Math.min(Number(channel.value), maps.count - 1));
    byId('channel-box', HTMLElement).hidden = maps.count === 1;
    byId('filters-figure', HTMLElement).hidden = !filters;
    draw();
  } catch (error) {
    if (mine === number) showText(empty, errorText(error));
  }
}

function describe({ module, outputShape, parameters }: Layer, data: Float32Array): void {
  const [, ...shape] = outputShape;
  const { least, most } = rangeOf(data);
  const silent = data.reduce((count, value) => count + (value === 0 ? 1 : 0), 0) / data.length;
  byId('layer-says', HTMLElement).textContent = `${module.typeName}(${module.extraRepr()})`;
  showFacts(byId('layer-facts', HTMLElement), [
    ['Output', shapeText(shape)],
    ['Parameters', parameters > 0 ? countText(parameters) : 'none'],
    ['Values', `${least.toFixed(2)} to ${most.toFixed(2)}`],
    ['At zero', `${(100 * silent).toFixed(0)} %`],
  ]);
}

function draw(): void {
  if (!maps) return;
  const chosen = Number(channel.value);
  const first = Math.floor(chosen / PAGE) * PAGE;
  const last = Math.min(first + PAGE, maps.count);
  const columns = Math.max(4, Math.min(8, Math.floor(mapsCanvas.clientWidth / 76)));
  grid = drawMaps(mapsCanvas, maps, first, PAGE, columns);
  const size = `${maps.height} × ${maps.width}`;
  byId('maps-says', HTMLElement).textContent =
    maps.count === 1 ? 'all values, row by row' : `${first + 1} to ${last} of ${maps.count}, ${size} each`;
  mark.hidden = maps.count === 1;
  mark.style.width = `${100 / grid.columns}%`;
  mark.style.height = `${100 / grid.rows}%`;
  mark.style.left = `${(100 * ((chosen - first) % grid.columns)) / grid.columns}%`;
  mark.style.top = `${(100 * Math.floor((chosen - first) / grid.columns)) / grid.rows}%`;
  drawChannel(maps, chosen);
  if (!filters) return;
  byId('filters-says', HTMLElement).textContent = filters.says;
  // Beside the maps that they make.
  drawMaps(filtersCanvas, filters.maps, filters.maps.count > 1 ? first : 0, PAGE, columns * 2);
}

function drawChannel(shown: Maps, chosen: number): void {
  const { least, most } = rangeOf(shown.valuesOf(chosen));
  byId('channel-value', HTMLOutputElement).textContent = String(chosen);
  byId('channel-says', HTMLElement).textContent = `${least.toFixed(2)} (dark) to ${most.toFixed(2)} (bright)`;
  const canvas = byId('channel-map', HTMLCanvasElement);
  canvas.setAttribute('aria-label', `Feature map ${chosen}`);
  drawMaps(canvas, shown, chosen, 1, 1);
}

/** The channel whose map is pressed; the slider does the same for the keyboard. */
function chooseMap({ offsetX, offsetY }: MouseEvent): void {
  if (!maps || maps.count === 1) return;
  const column = Math.floor((offsetX / mapsCanvas.clientWidth) * grid.columns);
  const row = Math.floor((offsetY / mapsCanvas.clientHeight) * grid.rows);
  const first = Math.floor(Number(channel.value) / PAGE) * PAGE;
  channel.value = String(first + row * grid.columns + column);
  draw();
}
