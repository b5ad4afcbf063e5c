	.text
	.globl add

# Adds two numbers.
add:
	movl %edi, %eax
	addl %esi, %eax
	ret

clear:
	xorl %eax, %eax
	movl %eax, (%rdi)
	ret
