// Files that the user drops anywhere on the page, or pastes.

const isCheckpoint = ({ name }: File) => /\.(pth|pt|bin|ckpt|tar|safetensors)$/i.test(name);

interface Takers {
  readonly photo: (file: File) => void;
  readonly checkpoint: (file: File) => void;
}

export function initArrivals(takers: Takers): void {
  const take = (data: DataTransfer | null) => {
    const file = [...(data?.files ?? [])].find((each) => isCheckpoint(each) || each.type.startsWith('image/'));
    if (!file) return false;
    (isCheckpoint(file) ? takers.checkpoint : takers.photo)(file);
    return true;
  };
  const root = document.documentElement;
  addEventListener('dragover', (event) => {
    event.preventDefault(); // or the browser would leave the page for the file
    root.classList.add('dragging');
  });
  addEventListener('dragleave', ({ relatedTarget }) => {
    if (!relatedTarget) root.classList.remove('dragging'); // it has left the window, and not only an element in it
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    root.classList.remove('dragging');
    take(event.dataTransfer);
  });
  addEventListener('paste', (event) => {
    if (take(event.clipboardData)) event.preventDefault();
  });
}
