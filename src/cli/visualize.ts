import { use } from '../backends/index.js';
import { ImageError } from '../core/index.js';
import { loadImage } from '../transforms/index.js';
import { colormaps, savePNG } from '../visualize/index.js';
import { chosenClassifier, classifierOptions, loadClassifier } from './classifier.js';
import { defineCommand } from './command.js';
import { print, printable, printJson, timeText } from './output.js';
import { drawPicture } from './visualize/picture.js';
import { methods, wishesOf } from './visualize/wishes.js';

export default defineCommand({
  usage: 'visualize PHOTO -o FILE.png [options]',
  description:
    'Draws what a model sees in a photograph: the feature maps of a layer, or where it looks. --filters draws what a convolution\n' +
    'looks for, and takes no photograph. Without --model and --weights it is the model that comes with tfjs-zoo.',
  args: { min: 0, max: 1, what: 'one photograph' },
  options: {
    out: { value: 'FILE.png', short: 'o', description: 'Where to write the picture' },
    layer: {
      value: 'NAME',
      description: 'Of tfjs-zoo summary, such as features.0 (default: the first convolution; of grad-cam the last)',
    },
    filters: { description: 'Draw the filters of the layer, a convolution' },
    method: { value: 'NAME', default: 'maps', description: `What to draw: ${methods.join(', ')}` },
    class: { value: 'N|NAME', description: 'What to look for, not with maps (default: the most probable class)' },
    channels: { value: 'N', description: 'How many maps or filters (default: 32)' },
    columns: { value: 'N', description: 'How many in a row (default: 8)' },
    scale: { value: 'N', description: 'How many pixels across each becomes (default: small ones are enlarged)' },
    colormap: {
      value: 'NAME',
      description: `${colormaps.join(', ')} (default: viridis for maps, diverging for filters, inferno for heat)`,
    },
    normalize: {
      value: 'HOW',
      description:
        'Shades over the range of each or all, or GAIN,OFFSET: lectures show filters by 0.5,0.5 (default: each)',
    },
    patch: { value: 'N', description: 'Sides of the square that occlusion hides (default: a seventh of the image)' },
    stride: { value: 'N', description: 'Pixels from one square to the next (default: half of a patch)' },
    ...classifierOptions,
    json: { description: 'Print JSON' },
  },
  examples: [
    'visualize cat.jpg --model alexnet --layer features.0 --channels 32 -o maps.png',
    'visualize --filters --model alexnet --layer features.0 --normalize 0.5,0.5 -o filters.png',
    'visualize cat.jpg --method grad-cam -o cam.png',
    'visualize cat.jpg --method occlusion --class 282 --patch 48 --stride 16 -o occlusion.png',
  ],
  async run([photo], values) {
    const chosen = await chosenClassifier(values);
    const wishes = await wishesOf(chosen.name, photo, values);
    // A picture that cannot be read: say so before hundreds of megabytes are.
    const image = photo === undefined ? undefined : await readPhoto(photo);
    const { name: backend } = await use(chosen.backend, { threads: chosen.threads });
    const classifier = await loadClassifier(chosen);
    const start = performance.now();
    const { picture, ...drawn } = await drawPicture(classifier, image, wishes);
    await savePNG(picture, wishes.out);
    const milliseconds = Math.round(performance.now() - start);
    const { width, height } = picture;
    const result = { out: wishes.out, width, height, model: chosen.name, ...drawn, backend, milliseconds };
    if (values.json) printJson({ ...result, ...(photo !== undefined && { image: photo }) });
    else {
      print(
        `${printable(wishes.out)}: ${drawn.what}, ${width} × ${height} pixels; ` +
          `${chosen.name} on ${backend} in ${timeText(milliseconds)}`,
      );
    }
    return 0;
  },
});

async function readPhoto(photo: string) {
  try {
    return await loadImage(photo);
  } catch (error) {
    if (error instanceof ImageError) throw new ImageError(`${printable(photo)}: ${error.message}`, { cause: error });
    throw error;
  }
}
