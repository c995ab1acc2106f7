/* Makes a button copy the address of the page, view included. Streamlit runs this again whenever it draws the button. */
document.querySelectorAll(".selat-copy").forEach((element) => {
  const DONE_MS = 2000;
  const button = /** @type {HTMLButtonElement} */ (element);
  const { label = "", done = "" } = button.dataset;
  let timer = 0;

  // Works without a secure context too; the clipboard's own interface does not.
  function copyAddress() {
    const field = document.createElement("textarea");
    field.value = location.href;
    button.after(field);
    field.select();
    const isCopied = document.execCommand("copy");
    field.remove();
    return isCopied;
  }

  button.onclick = () => {
    const isCopied = copyAddress();
    button.focus();
    if (!isCopied) return;
    button.textContent = done;
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.textContent = label;
    }, DONE_MS);
  };
});
