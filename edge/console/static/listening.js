// Hears the host each second, tells what it says, and whether it is lost.

const SILENCE_MS = 8000; // the host speaks each second, and after five at the latest
const AGAIN_MS = 2000;

// then(said, lost): said is null when only the connection changed.
export function listen(then) {
  let source = null;
  let heard = performance.now();
  let lost = false;
  let again = null;

  function open() {
    clearTimeout(again);
    source?.close();
    source = new EventSource("api/live");
    source.onmessage = (event) => {
      heard = performance.now();
      lost = false;
      then(JSON.parse(event.data), lost);
    };
    source.onerror = () => {
      lost = true;
      then(null, lost);
      // A browser tries again by itself, but not after an answer that is an error.
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS);
    };
  }

  setInterval(() => {
    if (source === null || lost || performance.now() - heard < SILENCE_MS) return;
    lost = true;
    then(null, lost);
  }, 1000);
  return {
    open,
    close() {
      clearTimeout(again);
      source?.close();
      source = null;
      lost = false;
    },
  };
}
