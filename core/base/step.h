/* step.h - what a slice of long work answers, whatever the work is. */
#ifndef ROUSE_STEP_H
#define ROUSE_STEP_H

enum step {
	STEP_MORE,    /* there is more to do now */
	STEP_WAIT,    /* waiting for something outside; poll, then call again */
	STEP_DONE,
	STEP_FAILED,  /* the error is set; what was made so far may not be used */
};

#endif
