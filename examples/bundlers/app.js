import { createClassifier } from 'tfjs-zoo';

const classifier = await createClassifier('alexnet', { weights: 'alexnet.pth', worker: true });
const [best] = await classifier.classify('photo.jpg');
document.body.textContent = `${best.label}: ${(100 * best.probability).toFixed(1)} %`;
