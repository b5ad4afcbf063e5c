if exists('g:loaded_align')
  finish
endif
let g:loaded_align = 1

" Aligns the selected lines at a sign.
function! s:Align(sign) range abort
  let width = 0
  for line in getline(a:firstline, a:lastline)
    let width = max([width, stridx(line, a:sign)])
  endfor
endfunction

command! -range -nargs=1 Align <line1>,<line2>call s:Align(<q-args>)
