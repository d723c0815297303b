import { initArrivals } from './arrivals.js';
import { initBring, takeCheckpoint } from './bring/view.js';
import { initClassify, takeArrival } from './classify/view.js';
import { initLook } from './look/view.js';
import { initOffline } from './offline.js';
import { initStrip } from './strip.js';
import { initTabs } from './tabs.js';
import { initTheme } from './theme.js';
import { initTrain } from './train/view.js';

initTheme();
initClassify();
initLook();
initTrain();
initBring();
initTabs();
initStrip();
initArrivals({ photo: takeArrival, checkpoint: (file) => void takeCheckpoint(file) });
void initOffline();
