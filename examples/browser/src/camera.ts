import { byId } from './dom.js';
import { pngOf } from './photo.js';

/** Opens the camera in a dialog; what it takes goes to `take`, and why it cannot to `fail`. */
export function initCamera(take: (picture: Blob) => void, fail: (message: string) => void): void {
  const box = byId('camera-box', HTMLDialogElement);
  const video = byId('camera-video', HTMLVideoElement);
  let stream: MediaStream | undefined;
  byId('camera', HTMLButtonElement).addEventListener('click', async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    } catch {
      return fail('There is no camera here, or this page may not use it.');
    }
    video.srcObject = stream;
    box.showModal();
  });
  byId('camera-take', HTMLButtonElement).addEventListener('click', async () => {
    const picture = await pngOf(video);
    box.close();
    take(picture);
  });
  byId('camera-close', HTMLButtonElement).addEventListener('click', () => box.close());
  // Also behind the Escape key.
  box.addEventListener('close', () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    video.srcObject = null;
  });
}
