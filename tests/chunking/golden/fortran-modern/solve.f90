module solver
  implicit none
  real, parameter :: tolerance = 1.0e-6
contains
  ! One step of Newton's method.
  function newton_step(x) result(next)
    real, intent(in) :: x
    real :: next
    next = x - f(x) / df(x)
  end function newton_step

  subroutine solve(x)
    real, intent(inout) :: x
    do while (abs(f(x)) > tolerance)
      x = newton_step(x)
    end do
  end subroutine solve
end module solver
