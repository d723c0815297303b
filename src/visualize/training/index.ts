// What came of a training.
export { type Confusion, type ConfusionFigureOptions, confusionFigure } from './confusion-matrix.js';
export { type WrongPrediction, type WrongPredictionsOptions, wrongPredictionsFigure } from './wrong-predictions.js';
